/**
 * Whether the broker has refused this client: it does not let it do what it asked, or does not believe who it is. That
 * is put right at the broker, so whoever is refused asks again, while kafkajs calls it final.
 */
export function isRefusal(error: unknown): boolean {
  for (let one = error; one instanceof Error; one = one.cause) {
    const { name, type } = one as { name: string; type?: string };
    if (name === 'KafkaJSSASLAuthenticationError' || type?.endsWith('_AUTHORIZATION_FAILED')) return true;
  }
  return false;
}
