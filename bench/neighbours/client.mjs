/**
 * One tenant's load, in a process of its own, so that another's cannot make its clock wrong: `node client.mjs '<ask as
 * JSON>'`, where ask is `{ url, token, requests: [[method, path, body?]], perSecond, seconds, most }`. It sends at that
 * pace whether or not answers come, over connections that are kept; what would be more than `most` under way is
 * skipped, and counted. Prints its report as one line of JSON.
 */
import { Agent, request } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const { url, token, requests, perSecond, seconds, most } = JSON.parse(process.argv[2]);
const agent = new Agent({ keepAlive: true, maxSockets: most });
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Status of the answer, once all of it is here; 0 where the connection failed. */
function ask([method, path, body]) {
  return new Promise((answered) => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    const sent = request(`${url}${path}`, { method, agent, headers }, (response) => {
      response.resume().on('end', () => answered(response.statusCode));
    });
    sent.on('error', () => answered(0));
    sent.end(body);
  });
}

const one = (record) => {
  const sentAt = performance.now();
  return ask(record.request).then((status) => {
    const now = performance.now();
    Object.assign(record, { status, fromSentMs: now - sentAt, fromDueMs: now - record.dueAt });
  });
};

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const cpu = process.cpuUsage();
const [records, underWay] = [[], new Set()];
let skipped = 0;
const begin = performance.now();
for (let i = 0; i < seconds * perSecond; i++) {
  const dueAt = begin + (i * 1000) / perSecond;
  if (dueAt > performance.now()) await pause(dueAt - performance.now());
  if (underWay.size >= most) {
    skipped += 1;
    continue;
  }
  const record = { request: requests[i % requests.length], dueAt };
  records.push(record);
  const asked = one(record).finally(() => underWay.delete(asked));
  underWay.add(asked);
}
await Promise.all(underWay);
delay.disable();
const { user, system } = process.cpuUsage(cpu);
agent.destroy();
const took = records.map(({ request: [method, path], status, fromSentMs, fromDueMs }) => {
  return { what: `${method} ${path.split('?')[0]}`, status, fromSentMs, fromDueMs };
});
// A timer of 1 ms is itself late by up to that.
const eventLoopDelayMs = { p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 };
const cpuShare = (user + system) / 1e3 / (performance.now() - begin);
process.stdout.write(`${JSON.stringify({ took, skipped, eventLoopDelayMs, cpuShare })}\n`);
