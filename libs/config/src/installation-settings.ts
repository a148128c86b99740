import { defaultInstallation } from '@guichet/contracts';
import { setting } from './settings.js';

/** Which installation a process belongs to. */
export const installationSettings = {
  installation: setting.text({
    name: 'GUICHET_INSTALLATION',
    default: defaultInstallation,
    pattern: {
      words: '1 to 40 lower-case letters, digits and hyphens, beginning with a letter or digit',
      matches: /^[a-z0-9][a-z0-9-]{0,39}$/,
    },
    description:
      'Name of the installation: all its services have the same, and no other installation on the same Kafka brokers has it. The names of topics and consumer groups begin with it. It cannot be changed later: another name is a new installation.',
  }),
} as const;
