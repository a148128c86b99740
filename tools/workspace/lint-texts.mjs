/** Lints texts as if they stood in files: reads `[{ file, text }]` from stdin, prints the broken rules of each. */
import { text } from 'node:stream/consumers';
import { ESLint } from 'eslint';

const eslint = new ESLint();
const asked = JSON.parse(await text(process.stdin));
const answers = [];
for (const { file, text: code } of asked) {
  const [result] = await eslint.lintText(code, { filePath: file });
  answers.push(result.messages.map(({ ruleId }) => ruleId ?? 'fatal'));
}
process.stdout.write(JSON.stringify(answers));
