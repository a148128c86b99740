/** A thread that reads texts: see `TextReader`. It says that it is ready, then answers each text. */
import { DomainError } from '@guichet/event-sourcing';
import { parentPort } from 'node:worker_threads';
import { readArticleText, type RevisionText } from './article-text.js';
import type { TextAnswer } from './text-reader.runtime.js';

function answerTo(revision: RevisionText): TextAnswer {
  try {
    return { text: readArticleText(revision) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { refusal: { code: error.code, message: error.message, details: error.details } };
  }
}

/** Code that has not run yet takes ten times as long: the first text must not pay for it. */
function warmUp() {
  const part =
    '# Title\n\nA **bold** [link](article:1) in `text`, and _more_.\n\n- a\n- b\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n';
  for (let times = 0; times < 20; times++) readArticleText({ markdown: part.repeat(5), revision: 1 });
}

warmUp();
parentPort?.on('message', (revision: RevisionText) => parentPort?.postMessage(answerTo(revision)));
parentPort?.postMessage('ready');
