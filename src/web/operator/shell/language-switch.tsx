// The language switch 语言: each language is named in itself. Server texts are fetched again, since
// they come in the language they were asked for.

import { TranslationOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { setLanguage, useText } from '../../text/i18n.ts'

export const LanguageSwitch = () => {
  const { say, language } = useText()
  const client = useQueryClient()
  return (
    <Button
      type="text"
      icon={<TranslationOutlined />}
      lang={language === 'zh' ? 'en' : 'zh-CN'}
      onClick={async () => {
        await setLanguage(language === 'zh' ? 'en' : 'zh')
        await client.invalidateQueries()
      }}
    >
      {say('language.other')}
    </Button>
  )
}
