import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serviceNames } from '@guichet/contracts';
import { containerFiles, fill, root } from './files.js';

it.each([...containerFiles()])('%s is what the table of services makes of it', (path, text) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(text);
});

describe('a template', () => {
  it('repeats a block for every service', () => {
    expect(fill('a\n# each service\n- {{name}}\n# end\nb', {})).toBe(
      ['a', ...serviceNames.map((name) => `- ${name}`), 'b'].join('\n'),
    );
  });

  it('says some things of the issuer only', () => {
    const lines = fill('# each service\n{{name}}\n# only the issuer\nsigns\n# end\n# end', {}).split('\n');
    expect(lines).toEqual(serviceNames.flatMap((name) => (name === 'identity' ? [name, 'signs'] : [name])));
  });

  it('says some things of those that keep files only', () => {
    const lines = fill('# each service\n# only with files\n{{name}}\n# end\n# end', {}).split('\n');
    expect(lines).toEqual(['knowledge']);
  });

  it('is refused where it asks for what nobody knows', () => {
    expect(() => fill('{{colour}}', {})).toThrow('{{colour}}');
  });
});
