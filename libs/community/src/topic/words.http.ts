/** What several operations say of their refusals. */
export const unknownTopicWords = '`unknown-topic`: there is none, or it is not for the caller.';
export const unknownPostWords = '`unknown-post` or `unknown-topic`: there is none, or it is not for the caller.';
export const notAMemberWords =
  '`not-a-member`: join first. `silenced` or `suspended`: the caller may not write now, with `until` where there is an end.';
