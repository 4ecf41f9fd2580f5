/** What this tab keeps for a room or a thread: a draft, and what has not arrived yet. */
export function tabStore(me, place) {
  const name = (part) => `chat:${me}:${place}:${part}`;
  return {
    read(part) {
      try {
        return JSON.parse(sessionStorage.getItem(name(part)));
      } catch {
        return null;
      }
    },
    write(part, value) {
      try {
        if (value === null) sessionStorage.removeItem(name(part));
        else sessionStorage.setItem(name(part), JSON.stringify(value));
      } catch {
        // Storage is full or refused: the words are still on the page.
      }
    },
  };
}
