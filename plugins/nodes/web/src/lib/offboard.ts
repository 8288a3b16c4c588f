/** What is left of a person who leaves: the devices that count as theirs and the keys that would let more of them in. Plain data; `bulk.run` makes the calls. */
import type { Call } from './bulk';
import { isExpired } from './node';
import { keyState } from './keys';
import type { Node_, PreAuthKey, User } from './types';

export interface Left {
  devices: Node_[];
  keys: PreAuthKey[];
}
export const devicesOf = (user: Pick<User, 'id'>, nodes: readonly Node_[]): Node_[] => nodes.filter((node) => node.user?.id === user.id && node.tags.length === 0);
export const keysOf = (user: Pick<User, 'id'>, keys: readonly PreAuthKey[]): PreAuthKey[] => keys.filter((key) => key.user?.id === user.id);

export function leftOf(user: Pick<User, 'id'>, nodes: readonly Node_[], keys: readonly PreAuthKey[], now: number = Date.now()): Left {
  return { devices: devicesOf(user, nodes).filter((node) => !isExpired(node, now)), keys: keysOf(user, keys).filter((key) => keyState(key, now) === 'active') };
}

export interface Task {
  id: string;
  label: string;
  call: Call;
}
/** Keys first: a device that was signed out must not come back with one. */
export function tasksOf(left: Left, name: (node: Node_) => string, keyName: (key: PreAuthKey) => string): Task[] {
  return [
    ...left.keys.map((key): Task => ({ id: `key-${key.id}`, label: keyName(key), call: { method: 'post', path: `keys/${key.id}/expire` } })),
    ...left.devices.map((node): Task => ({ id: `node-${node.id}`, label: name(node), call: { method: 'post', path: `nodes/${node.id}/expire`, body: { expiry: null } } })),
  ];
}
