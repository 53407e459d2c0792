// The gzip port 压缩: a text as its gzip bytes, made beside the program's own thread.

export type Gzip = (text: string) => Promise<Buffer>
