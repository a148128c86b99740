import { setting } from './settings.js';

/** Where a service keeps the files that people upload. */
export const fileSettings = {
  filesDir: setting.text({
    name: 'FILES_DIR',
    required: true,
    description:
      'Folder for uploaded files; created where missing. All replicas of the service have the same folder (a shared volume), and no other service has it. Back it up after the database: files never change, so a copy that is younger than the database’s has every file that the database names.',
  }),
  unusedFileDays: setting.integer({
    name: 'FILES_UNUSED_DAYS',
    default: 30,
    min: 1,
    max: 3650,
    description:
      'Days after its upload when a file that no text uses is removed. A file that a text uses, or used, stays.',
  }),
} as const;
