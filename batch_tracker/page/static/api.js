// Talks to the server: every answer is JSON, every trouble an Error in words for a person.

const OWN = { "X-Batch-Tracker": "1" };

export async function read(path) {
  return answered(fetch(path, { headers: OWN }));
}

export async function change(path, values = {}) {
  const headers = { ...OWN, "Content-Type": "application/json" };
  return answered(fetch(path, { method: "POST", headers, body: JSON.stringify(values) }));
}

// Sends a file as it is; `onProgress` gets the share that has left, from 0 to 1.
export function upload(file, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", `/api/files?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("X-Batch-Tracker", "1");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = (event) => event.total && onProgress(event.loaded / event.total);
    request.onerror = () => reject(gone());
    request.onload = () => {
      const answer = parsed(request.responseText);
      if (request.status < 400) resolve(answer);
      else reject(new Error(answer.message ?? request.responseText));
    };
    request.send(file);
  });
}

async function answered(asked) {
  let response;
  try {
    response = await asked;
  } catch {
    throw gone();
  }
  const text = await response.text();
  const answer = parsed(text);
  if (response.ok) return answer;
  const error = new Error(answer.message ?? text.trim());
  error.status = response.status;
  error.answer = answer;
  throw error;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function gone() {
  return new Error("batch-tracker does not answer. Start it again: batch-tracker ui");
}
