// The shell patterns of ${x#pattern}: * and ? and \, nothing else, as BuildKit has them.

export function globToRegExp(pattern: string, flags: string, whole = false): RegExp {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i];
    // Stars in a row mean one, and would cost the product of what they may match.
    if (char === '*') source += pattern[i + 1] === '*' ? '' : '.*';
    else if (char === '?') source += '.';
    else source += escapeRegExp(char === '\\' && i + 1 < pattern.length ? pattern[++i] : char);
  }
  return new RegExp(whole ? `^(?:${source})$` : source, `${flags}su`);
}

export function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
