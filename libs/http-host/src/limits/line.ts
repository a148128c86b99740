/**
 * What waits of one party, by client. Clients take turns, so that whoever asks for much waits behind themselves. Pure.
 */
export class Line<Request> {
  /** The client whose turn is next comes first. */
  private byClient = new Map<string, Request[]>();
  private count = 0;

  get length(): number {
    return this.count;
  }

  add(client: string, request: Request): void {
    const mine = this.byClient.get(client);
    if (mine) mine.push(request);
    else this.byClient.set(client, [request]);
    this.count += 1;
  }

  /** Before everything else that waits. */
  addFirst(client: string, request: Request): void {
    const mine = [request, ...(this.byClient.get(client) ?? [])];
    this.byClient.delete(client);
    this.byClient = new Map([[client, mine], ...this.byClient]);
    this.count += 1;
  }

  next(): Request | undefined {
    const [first] = this.byClient;
    if (first === undefined) return undefined;
    const [client, requests] = first;
    const request = requests.shift();
    this.byClient.delete(client);
    if (requests.length > 0) this.byClient.set(client, requests); // behind the others
    this.count -= 1;
    return request;
  }

  /** @returns whether it was waiting. */
  remove(client: string, request: Request): boolean {
    const requests = this.byClient.get(client) ?? [];
    const at = requests.indexOf(request);
    if (at === -1) return false;
    requests.splice(at, 1);
    if (requests.length === 0) this.byClient.delete(client);
    this.count -= 1;
    return true;
  }

  /** Whether nobody has more waiting than this client would have with one more. */
  isLongest(client: string): boolean {
    const mine = (this.byClient.get(client)?.length ?? 0) + 1;
    return [...this.byClient.values()].every(({ length }) => length <= mine);
  }

  /** Takes out the newest request of the client that has most waiting. */
  removeNewestOfLongest(): Request | undefined {
    let longest: [string, Request[]] | undefined;
    // Of two that have as many, the one that is later in turn.
    for (const entry of this.byClient) if (entry[1].length >= (longest?.[1].length ?? 0)) longest = entry;
    const newest = longest?.[1].at(-1);
    if (longest !== undefined && newest !== undefined) this.remove(longest[0], newest);
    return newest;
  }
}
