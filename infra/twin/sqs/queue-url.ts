// Queue URLs: any host, the path says which queue.
import { invalidParameter } from './errors.ts';

/** URL of a queue below the address of the twin, for instance `http://127.0.0.1:4566/111122223333/arrivals`. */
export function queueUrl(base: string, account: string, name: string): string {
  return `${base.replace(/\/+$/, '')}/${account}/${name}`;
}

/** Account and name in a queue URL; the host is not looked at. */
export function parseQueueUrl(url: string): { readonly account: string; readonly name: string } {
  const path = URL.canParse(url) ? new URL(url).pathname : url;
  const [, account, name] = /^\/(\d{12})\/([\w-]{1,80})\/?$/.exec(path) ?? [];
  if (account === undefined) throw invalidParameter('QueueUrl', url, 'must end in /account/name');
  return { account, name };
}
