/** TypeORM asks for a way back; there is none. */
export const forwardOnly = (): Promise<never> =>
  Promise.reject(new Error('Migrations only go forward: write another one.'));
