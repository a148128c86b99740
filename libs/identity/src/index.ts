export { type DemoPerson, demoPeople, demoTenant } from './demo/demo-people.js';
export { IdentityModule } from './identity.module.js';
export {
  demoSecrets,
  type IdentityOptions,
  identitySettings,
  type IdentitySettings,
  productionProblems,
} from './identity.settings.js';
export { clientIdOf, tenantIdOf } from './names.js';
