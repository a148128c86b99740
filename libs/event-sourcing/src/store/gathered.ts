interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

export interface GatheredOptions<Question, Answer> {
  /** Questions asked together at most. */
  readonly maxTogether: number;
  /** Calls of `ask` at the same time at most. Default 2. */
  readonly maxUnderWay?: number;
  /** Answers the questions in their order; an error is everybody's. */
  readonly ask: (questions: readonly Question[]) => Promise<readonly Answer[]>;
}

/**
 * Questions that come in the same turn of the event loop, or while earlier ones are under way, are asked together: many
 * who ask cost few round trips, and one who asks alone does not wait.
 */
export class Gathered<Question, Answer> {
  private readonly waiting: Waiting<Question, Answer>[] = [];
  private underWay = 0;
  private scheduled = false;

  constructor(private readonly options: GatheredOptions<Question, Answer>) {}

  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ question, resolve, reject });
      this.next();
    });
  }

  private next(): void {
    const { maxTogether, maxUnderWay = 2 } = this.options;
    if (this.scheduled || this.underWay === maxUnderWay || this.waiting.length === 0) return;
    this.scheduled = true;
    // Whoever else asks in this turn of the event loop joins.
    setImmediate(() => {
      this.scheduled = false;
      this.underWay++;
      const together = this.waiting.splice(0, maxTogether);
      void this.askTogether(together).finally(() => {
        this.underWay--;
        this.next();
      });
      this.next();
    });
  }

  private async askTogether(together: readonly Waiting<Question, Answer>[]): Promise<void> {
    try {
      const answers = await this.options.ask(together.map(({ question }) => question));
      if (answers.length !== together.length)
        throw new Error(`${together.length} questions, ${answers.length} answers.`);
      together.forEach(({ resolve }, i) => resolve(answers[i] as Answer));
    } catch (error) {
      for (const { reject } of together) reject(error);
    }
  }
}
