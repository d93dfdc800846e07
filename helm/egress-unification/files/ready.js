// `helm test`: a replica says that it has read the cluster, and that it leads or stands by. An answer comes through the Service, so from one that
// is ready.
const [url] = process.argv.slice(1);
const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
console.log(`${url} answered ${answer.status}: ${(await answer.text()).trim()}`);
process.exitCode = answer.ok ? 0 : 1;
