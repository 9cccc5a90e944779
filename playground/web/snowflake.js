/** Discord's ids: 64-bit numbers, written as text, whose upper bits are their time of birth. */

const EPOCH = 1420070400000n; // 2015-01-01, in ms
let counter = 0n;

/** Order two ids by age, the older first. */
export function compareIds(a, b) {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** When an id was made, as a Date. */
export function idTime(id) {
  return new Date(Number((BigInt(id) >> 22n) + EPOCH));
}

/** A new id, for nonces and for messages that only this page knows. */
export function newId() {
  counter = (counter + 1n) & 0xfffn;
  return (((BigInt(Date.now()) - EPOCH) << 22n) | counter).toString();
}
