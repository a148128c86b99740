/** The languages of a tenant's knowledge base, as the read model has them. No row: see `initialLibrary`. */
export const languagesQuery = (tenantId: string) => ({
  name: 'languages',
  text: 'select source, locales, fallbacks from read_model.library where tenant_id = $1',
  values: [tenantId],
});
