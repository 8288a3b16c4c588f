/** An id for a role from its title, free among `taken`: letters, digits and hyphens, 2 to 32 of them, a letter first. */
export function roleIdOf(title: string, taken: readonly string[]): string {
  const plain = title.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+/, '').slice(0, 28).replace(/-+$/, '');
  const base = plain.length >= 2 ? plain : 'role';
  let id = base;
  for (let n = 2; taken.includes(id); n += 1) id = `${base}-${n}`;
  return id;
}
