/** TypeORM asks for a way back; there is none. */
export function forwardOnly(): Promise<never> {
  return Promise.reject(new Error('Migrations only go forward: write another one.'));
}
