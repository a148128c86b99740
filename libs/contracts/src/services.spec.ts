import { followers, followersOf, serviceNames, services, sources } from './index.js';

describe('the table of services', () => {
  it('has names that addresses, databases and topics can have', () => {
    for (const name of serviceNames) expect(name).toMatch(/^[a-z]{1,40}$/);
    expect(new Set(serviceNames.map((name) => services[name].database)).size).toBe(serviceNames.length);
  });
  it('lets nobody follow a service that tells nothing', () => {
    expect(followers.length).toBeGreaterThan(0);
    for (const name of followers) expect(sources).toEqual(expect.arrayContaining([...services[name].follows]));
  });
  it('knows who follows whom', () => expect(followersOf('intake')).toContain('analytics'));
});
