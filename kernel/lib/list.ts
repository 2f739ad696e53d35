// Intrusive doubly linked list. A head is 8 zeroed bytes { first, last }; a node is 8 bytes { next, prev } anywhere in
// its object. Ends are null, so that zeroed memory is an empty list.

@unmanaged
export class ListNode {
  next: usize;
  prev: usize;
}

@unmanaged
export class ListHead {
  first: usize;
  last: usize;
}

export function list_append(head: usize, node: usize): void {
  const h = changetype<ListHead>(head);
  const n = changetype<ListNode>(node);
  n.next = 0;
  n.prev = h.last;
  if (h.last) changetype<ListNode>(h.last).next = node;
  else h.first = node;
  h.last = node;
}

export function list_prepend(head: usize, node: usize): void {
  const h = changetype<ListHead>(head);
  const n = changetype<ListNode>(node);
  n.prev = 0;
  n.next = h.first;
  if (h.first) changetype<ListNode>(h.first).prev = node;
  else h.last = node;
  h.first = node;
}

/** The node must be in this list. */
export function list_remove(head: usize, node: usize): void {
  const h = changetype<ListHead>(head);
  const n = changetype<ListNode>(node);
  if (n.prev) changetype<ListNode>(n.prev).next = n.next;
  else h.first = n.next;
  if (n.next) changetype<ListNode>(n.next).prev = n.prev;
  else h.last = n.prev;
  n.next = 0;
  n.prev = 0;
}
