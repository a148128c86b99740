/** Work of the same key runs one after the other, in the order asked for; other keys do not wait. */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(key);
    // How the one before ended is its caller's business.
    const turn = before ? before.then(work, work) : work();
    this.last.set(key, turn);
    const forget = () => {
      if (this.last.get(key) === turn) this.last.delete(key);
    };
    void turn.then(forget, forget);
    return turn;
  }
}
