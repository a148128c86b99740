/** JSON read piece by piece: one value per line, or the elements of one array. */

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
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maxValue) throw new Error(`line ${line + 1} has no end within ${maxValue} characters`);
    yield lines.flatMap((text) => {
      line += 1;
      return text.trim() === '' ? [] : [{ line, text }];
    });
  }
  if (rest.trim() !== '') yield [{ line: line + 1, text: rest }];
}

/**
 * The elements of the array that is the whole file, each as its text.
 * @throws Error when the file is no array, or ends within it
 */
export async function* readArray(chunks: AsyncIterable<string>): AsyncGenerator<JsonText[]> {
  const splitter = new ArraySplitter();
  for await (const chunk of chunks) yield splitter.push(chunk);
  splitter.end();
}

/** Follows brackets and strings; what is within an element is JSON.parse's business. */
class ArraySplitter {
  private depth = 0;
  private isInString = false;
  private isEscaped = false;
  private isOver = false;
  private line = 1;
  private elementLine = 1;
  private element = '';

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
      if (this.isOver && character.trim() !== '') throw new Error(`line ${this.line}: something follows the array`);
      if (character === '"') this.isInString = true;
      else if (character === '[' || character === '{') {
        this.depth += 1;
        if (this.depth === 1) start = this.begin(character, at);
      } else if (character === ']' || character === '}') this.depth -= 1;
      const isEnd = this.depth === 0 && (character === ']' || character === '}');
      if (isEnd || (this.depth === 1 && character === ',')) {
        elements.push(...this.take(chunk.slice(start, at)));
        start = at + 1;
        this.isOver = isEnd;
      } else if (this.depth === 0 && character.trim() !== '') throw new Error('the file is no JSON array');
    }
    this.element += this.depth > 0 ? chunk.slice(start) : '';
    if (this.element.length > maxValue)
      throw new Error(`line ${this.elementLine}: an element is longer than ${maxValue}`);
    return elements;
  }

  end(): void {
    if (!this.isOver) throw new Error(`line ${this.line}: the file ends before its array does`);
  }

  private begin(character: string, at: number): number {
    if (character !== '[') throw new Error('the file is no JSON array; for one object per line say file.format: jsonl');
    return at + 1;
  }

  private inString(character: string): void {
    if (this.isEscaped) this.isEscaped = false;
    else if (character === '\\') this.isEscaped = true;
    else if (character === '"') this.isInString = false;
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
