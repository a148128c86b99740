/**
 * `node health.mjs live|ready`: asks this container's service how it is, for HEALTHCHECK. `live` fails where a restart
 * helps, `ready` where nothing should be sent to it.
 */
const [question = 'live'] = process.argv.slice(2);
const answer = await fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/${question}`, {
  signal: AbortSignal.timeout(4_000),
}).catch((error) => ({ ok: false, text: async () => String(error.cause ?? error) }));
// Shown by `docker inspect`: why it is not.
if (!answer.ok) console.log(await answer.text());
process.exitCode = answer.ok ? 0 : 1;
