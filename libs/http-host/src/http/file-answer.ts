/** A file, sent as it is read. Its headers win over those of every answer: what a browser may do with it is its own. */
export class FileAnswer {
  constructor(
    readonly headers: Readonly<Record<string, string>>,
    readonly content: NodeJS.ReadableStream,
  ) {}
}
