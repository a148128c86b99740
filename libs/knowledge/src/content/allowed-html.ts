import type { Schema } from 'hast-util-sanitize';

/** All that rendered text may contain. What is not named here is dropped, whatever produced it. */
export const allowedHtml: Schema = {
  tagNames: [
    ...['h2', 'h3', 'h4', 'h5', 'h6', 'p', 'hr', 'br', 'blockquote', 'pre', 'ul', 'ol', 'li', 'input'],
    ...['table', 'thead', 'tbody', 'tr', 'th', 'td', 'aside', 'div', 'section'],
    ...['a', 'img', 'em', 'strong', 'del', 'code', 'sup'],
  ],
  attributes: {
    '*': ['dataBlock'],
    h2: ['id'],
    h3: ['id'],
    h4: ['id'],
    h5: ['id'],
    h6: ['id'],
    a: ['href', 'title', 'id', 'dataFootnoteRef', 'dataFootnoteBackref'],
    img: ['src', 'alt', 'title'],
    ol: ['start'],
    li: ['id', ['className', 'task-list-item']],
    ul: [['className', 'contains-task-list']],
    input: [['type', 'checkbox'], ['disabled', true], 'checked'],
    th: ['align'],
    td: ['align'],
    code: [['className', /^language-[A-Za-z0-9_+#.-]{1,40}$/]],
    section: ['dataFootnotes'],
    aside: [['className', 'note', 'warning']],
    div: [['className', 'steps']],
    p: [['className', 'label']],
  },
  required: { input: { type: 'checkbox', disabled: true } },
  protocols: { href: ['http', 'https', 'mailto', 'tel', 'article', 'file'], src: ['file'] },
  ancestors: { li: ['ol', 'ul'], tbody: ['table'], td: ['table'], th: ['table'], thead: ['table'], tr: ['table'] },
  // Ids are made by the renderer alone, and begin with `content-` already.
  clobber: [],
  strip: ['script', 'style'],
};
