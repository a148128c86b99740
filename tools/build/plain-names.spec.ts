import { transformSync } from 'esbuild';
import { withPlainNames } from './plain-names.mjs';

const written = (source: string) =>
  transformSync(source, { keepNames: true, minifyWhitespace: true, format: 'esm' }).code;
const calls = (code: string): number => code.split('__name(').length - 1;

/** What the code's last expression is worth, with the bundler's own helper. */
const valueOf = (code: string): unknown => (0, eval)(`(() => { ${code} })()`) as unknown;

it('takes out what gives a function the name it has already', () => {
  const source = `
    const arrow = () => () => 1;
    function declared() { const inner = function () { return 2; }; return inner; }
    let later; later = async () => 3;
    const { a = () => 4 } = {};
    const object = { member: () => 5, 'quo-ted': () => 6, named: function named() {} };
    result = [arrow, declared, declared(), later, object.member, object['quo-ted'], object.named].map((f) => f.name);`;
  const code = written(source);
  const plain = withPlainNames(code);
  expect(calls(code)).toBeGreaterThan(5);
  expect(calls(plain)).toBe(0);
  expect(valueOf(`let result; ${plain}; return result;`)).toEqual([
    'arrow',
    'declared',
    'inner',
    'later',
    'member',
    'quo-ted',
    'named',
  ]);
});

it('leaves what the bundler has renamed, with the names it had', () => {
  const helper = 'const __name = (target, value) => Object.defineProperty(target, "name", { value });';
  const code = `${helper} const f2 = __name(() => 1, "f"); function g2() {} __name(g2, "g");
    class C2 { static { __name(this, "C"); } } const o = { x: __name(() => 2, "y"), __proto__: __name(() => 3, "__proto__") };`;
  const plain = withPlainNames(code);
  expect(plain).toBe(code);
  const names = '[f2.name, g2.name, C2.name, o.x.name, Object.getPrototypeOf(o).name]';
  expect(valueOf(`${plain}; return ${names};`)).toEqual(['f', 'g', 'C', 'y', '__proto__']);
});

it('moves no other character, so that the source map stays true', () => {
  const code = written('const f = () => { const text = "__name("; const g = () => text; return g; };\nexport { f };');
  const plain = withPlainNames(code);
  expect(plain).toHaveLength(code.length);
  for (const [at, character] of [...plain].entries()) expect([' ', code[at]]).toContain(character);
  expect(plain.replaceAll(/\s/g, '')).toContain('text="__name("');
});
