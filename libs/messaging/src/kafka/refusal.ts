/**
 * Whether the broker has refused this client: it does not let it do what it asked, or does not believe who it is. That
 * is put right at the broker, so whoever is refused asks again, while kafkajs calls it final.
 */
export const isRefusal = (error: unknown): boolean =>
  causesOf(error).some(
    ({ name, type }) => name === 'KafkaJSSASLAuthenticationError' || type?.endsWith('_AUTHORIZATION_FAILED') === true,
  );

/** Whether a broker could not be reached, has gone, or does not answer: told of as the brokers being away. */
export const isConnectionLoss = (error: unknown): boolean =>
  causesOf(error).some(({ name }) =>
    ['KafkaJSConnectionError', 'KafkaJSConnectionClosedError', 'KafkaJSRequestTimeoutError'].includes(name),
  );

/** kafkajs wraps what it has given up. */
function causesOf(error: unknown): readonly { readonly name: string; readonly type?: string }[] {
  const causes: { readonly name: string; readonly type?: string }[] = [];
  for (let one = error; one instanceof Error; one = one.cause) causes.push(one);
  return causes;
}
