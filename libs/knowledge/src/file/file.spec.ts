import { specification } from '@guichet/event-sourcing/testing';
import { type FileEvent, fileDecider } from './file.js';

const given = specification(fileDecider);
const at = '2026-03-02T09:00:00.000Z';
const fileId = '6a8f3a52-4a2b-4d8e-9d5c-1f4f0b0f7d11';
const data = { fileId, name: 'cat.png', type: 'image/png', bytes: 10, sha256: 'a'.repeat(64), at } as const;
const added: FileEvent = { type: 'FileAdded', data };
const removed: FileEvent = { type: 'FileRemoved', data: { fileId, at } };
const add = { type: 'AddFile', data } as const;
const remove = { type: 'RemoveFile', data: { fileId, at } } as const;

it('is added once', () => {
  given().when(add).then(added);
  given(added).when(add).thenNothing();
});
it('is removed once, if it is there', () => {
  given(added).when(remove).then(removed);
  given(added, removed).when(remove).thenNothing();
  given().when(remove).thenNothing();
});
it('may come back', () => given(added, removed).when(add).then(added));
