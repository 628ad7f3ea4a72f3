// Talking with the server. Every answer is one of: { state: "offline" | "out" | "gone" | "failed" } or
// { state: "ok", body }. "out": sign in first. "gone": this audit is not open to whoever is signed in.
const BATCH = 20;

async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { redirect: "manual", cache: "no-store", credentials: "same-origin", ...options });
  } catch {
    return { state: "offline" };
  }
  if (answer.type === "opaqueredirect" || answer.status === 401) return { state: "out" };
  if (answer.status === 403 || answer.status === 404) return { state: "gone" };
  if (!answer.ok) return { state: "failed", status: answer.status };
  try {
    return { state: "ok", body: await answer.json() };
  } catch {
    return { state: "failed", status: answer.status };
  }
}

/** The audit as it is now, who is signed in, and a fresh token against forged requests. */
export const load = (place) => ask(`${place}data`);

export async function askKey(place, csrf) {
  const answer = await ask(`${place}key`, { method: "POST", headers: { "X-CSRFToken": csrf } });
  if (answer.state !== "ok") return answer;
  const bytes = Uint8Array.from(atob(answer.body.key), (sign) => sign.charCodeAt(0));
  return { state: "ok", id: answer.body.id, bytes };
}

/** Send results in the order in which they were made; `settle` is told of each answer at once. */
export async function sendEntries(place, csrf, entries, settle) {
  for (let start = 0; start < entries.length; start += BATCH) {
    const part = entries.slice(start, start + BATCH);
    const answer = await ask(`${place}entries`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
      body: JSON.stringify({ entries: part.map(sent) }),
    });
    if (answer.state !== "ok") return answer;
    for (const each of answer.body.answers) await settle(each);
  }
  return { state: "ok" };
}

const sent = ({ id, code, base, result, note, taken_at, follows, settles }) => ({ id, code, base, result, note, taken_at, follows, settles });

export async function sendPhoto(place, csrf, photo, bytes) {
  const form = new FormData();
  for (const name of ["id", "code", "caption", "taken_at"]) form.append(name, photo[name]);
  form.append("file", new Blob([bytes], { type: photo.type }), photo.name);
  return ask(`${place}photos`, { method: "POST", headers: { "X-CSRFToken": csrf }, body: form });
}
