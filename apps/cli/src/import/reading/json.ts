/** JSON read piece by piece: one value per line, or the elements of one array. */
import { UnreadableFile } from '../mapping/mistakes.js';

export interface JsonText {
  /** Line of the file it begins at, from 1. */
  readonly line: number;
  readonly text: string;
}

const maxValue = 1 << 26;

/** One JSON value per line; empty lines are passed over. */
export async function* readLines(chunks: AsyncIterable<string>): AsyncGenerator<JsonText[]> {
  let rest = '';
  let line = 0;
  let isBegun = false;
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (!isBegun) isBegun = mustBeLines(lines.find((text) => text.trim() !== ''));
    if (rest.length > maxValue) throw new UnreadableFile(`line ${line + 1} has no end within ${maxValue} characters`);
    yield lines.flatMap((text) => {
      line += 1;
      return text.trim() === '' ? [] : [{ line, text }];
    });
  }
  if (rest.trim() !== '') yield [{ line: line + 1, text: rest }];
}

/** Whether there is a first line. @throws UnreadableFile where it shows that lines are not what the file is made of */
function mustBeLines(first: string | undefined): boolean {
  const text = first?.trim();
  if (text === '{')
    throw new UnreadableFile(
      'the objects of the file span several lines: write them on one line each (jq -c . file > file.jsonl), or say format: json for one array',
    );
  if (text?.startsWith('[') === true) throw new UnreadableFile('the file is one JSON array: say file.format: json');
  return text !== undefined;
}

/**
 * The elements of one array, each as its text.
 * @param path names from the file's object to the array, such as `data.tickets`; '' when the array is the whole file
 * @throws UnreadableFile when there is no such array, or the file ends within it
 */
export async function* readArray(chunks: AsyncIterable<string>, path = ''): AsyncGenerator<JsonText[]> {
  const splitter = new ArraySplitter(path);
  for await (const chunk of chunks) yield splitter.push(chunk);
  splitter.end();
}

interface Container {
  readonly isObject: boolean;
  /** The member that is being read; of an array always ''. */
  key: string;
}

/** So many arrays are remembered, to name the one that may be meant. */
const maxArrays = 20;

/** Follows brackets and strings; what is within an element is JSON.parse's business. */
class ArraySplitter {
  /** From the file to where we are; within the array only as deep as brackets are counted. */
  private readonly outer: Container[] = [];
  private readonly arrays = new Set<string>();
  /** Brackets open within the array, itself included; 0 outside. */
  private depth = 0;
  private isInString = false;
  private isEscaped = false;
  private isOver = false;
  private isEmpty = true;
  private isKey = false;
  private string = '';
  private line = 1;
  private elementLine = 1;
  private element = '';

  constructor(private readonly path: string) {}

  push(chunk: string): JsonText[] {
    const elements: JsonText[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const character = chunk[at]!;
      if (character === '\n') this.line += 1;
      if (this.isInString) {
        this.inString(character);
        continue;
      }
      if (character === '"') {
        this.isInString = true;
        this.string = '';
      } else if (this.depth === 0) {
        if (this.outside(character)) start = at + 1;
      } else {
        if (character === '[' || character === '{') this.depth += 1;
        else if (character === ']' || character === '}') this.depth -= 1;
        const isEnd = this.depth === 0;
        if (!isEnd && !(this.depth === 1 && character === ',')) continue;
        elements.push(...this.take(chunk.slice(start, at)));
        start = at + 1;
        this.isOver ||= isEnd;
      }
    }
    this.element += this.depth > 0 ? chunk.slice(start) : '';
    if (this.element.length > maxValue)
      throw new UnreadableFile(`line ${this.elementLine}: an element is longer than ${maxValue}`);
    return elements;
  }

  end(): void {
    if (this.depth > 0) throw new UnreadableFile(`line ${this.line}: the file ends before its array does`);
    if (this.isOver) return;
    if (this.isEmpty) throw new UnreadableFile('the file is empty');
    throw new UnreadableFile(this.notFound());
  }

  private notFound(): string {
    const there = [...this.arrays].filter((name) => name !== '');
    const choices = there.length > 0 ? `; its lists are ${there.join(', ')}: say file: { path: ${there[0]} }` : '';
    if (this.path !== '') return `the file has no list at file.path "${this.path}"${choices}`;
    return `the file is one JSON object, no array${choices}`;
  }

  /** Outside of the array. Answers true when it begins here. */
  private outside(character: string): boolean {
    const inner = this.outer.at(-1);
    if (character === '[' || character === '{') {
      if (this.isOver && this.path === '') throw new UnreadableFile(`line ${this.line}: something follows the array`);
      this.isEmpty = false;
      const here = this.outer.map(({ key }) => key).join('.');
      // Only lists of objects may be lists of tickets.
      if (character === '{' && inner?.isObject === false && this.arrays.size < maxArrays)
        this.arrays.add(here.replace(/\.$/, ''));
      if (character === '[') {
        if (here === this.path && this.outer.every(({ isObject }) => isObject)) {
          this.depth = 1;
          this.elementLine = this.line;
          return true;
        }
      }
      this.outer.push({ isObject: character === '{', key: '' });
      this.isKey = character === '{';
    } else if (character === ']' || character === '}') {
      this.outer.pop();
      if (this.outer.length === 0 && this.path === '' && !this.isOver) this.mayBeLines();
    } else if (character === ',') this.isKey = inner?.isObject === true;
    else if (character === ':') this.isKey = false;
    else if (this.outer.length === 0 && character.trim() !== '')
      throw new UnreadableFile(
        this.isOver ? `line ${this.line}: something follows the array` : 'the file is no JSON array; see file.format',
      );
    return false;
  }

  private objects = 0;

  /** An object after an object: then every line is one. */
  private mayBeLines(): void {
    this.objects += 1;
    if (this.objects > 1)
      throw new UnreadableFile('the file is no JSON array; for one object per line say file.format: jsonl');
  }

  private inString(character: string): void {
    if (this.isEscaped) this.isEscaped = false;
    else if (character === '\\') this.isEscaped = true;
    else if (character === '"') {
      this.isInString = false;
      const inner = this.outer.at(-1);
      if (this.depth === 0 && this.isKey && inner) inner.key = this.string;
      return;
    }
    if (this.depth === 0 && this.isKey && this.string.length < 200) this.string += character;
  }

  private take(end: string): JsonText[] {
    const whole = this.element + end;
    const text = whole.trim();
    this.element = '';
    const line = this.line - (whole.trimStart().match(/\n/g)?.length ?? 0);
    this.elementLine = this.line;
    return text === '' ? [] : [{ line, text }];
  }
}
