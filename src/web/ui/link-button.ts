// The look of a link that leads to an act 按钮样式的链接: it stays a link, so it can be opened in a tab.

import styles from './ui.module.css'

export const linkButton = styles.linkButton

/** Beside others, for an act that is not the first one here. */
export const plainLinkButton = styles.plainLinkButton
