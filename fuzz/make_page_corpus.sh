#!/usr/bin/env bash
# Makes the seeds of page_fuzzer: small invented pages, mails and documents. The first byte chooses the reader
# (page_fuzzer.cc). Needs python3. Run it in fuzz/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
mkdir -p corpus/page
python3 - corpus/page <<'END'
import base64, io, os, sys, zipfile
out = sys.argv[1]

def seed(name, how, content):
    data = content if isinstance(content, bytes) else content.encode()
    with open(os.path.join(out, name), "wb") as f:
        f.write(bytes([how]) + data)

story = ("<p>The operator said on Monday, March 2, that its network was down, and gave no reason for it.</p>"
         "<p>Two employees, who asked not to be named, said that screens showed a skull (<a href=/x>pictures</a>).</p>")
seed("story", 0, f"<!doctype html><html lang=en><title>T | Gazette</title><nav><a href=/>Home</a></nav><article class=story-body><h1>T</h1>{story}</article>")
seed("json_ld", 0, '<html><script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","headline":"A\\u00e9","datePublished":"2021-03-02T08:30:00Z",'
     '"author":[{"name":"Ann Lee"}],"articleBody":"' + "The operator said that it was down. " * 12 + '"}]}</script>' + story)
seed("tables", 0, "<table><tr><td><table><td>a<td>b</div></table><tr><th>c</table><select><option>x<ul><li>a<li>b<ol><li>c</ul>d")
seed("broken", 0, "<div <p class='a\" b=c><!-- <b>x<![CDATA[y]]><script>if(a<b)</scrip></script ><title>t<svg><path/></svg></p></p></br>&#x;&#99999999;&notin")
seed("shift_jis", 0, b"<meta charset=Shift_JIS><p>\x93\xfa\x96\x7b\x8c\xea")
seed("utf16", 0, "\ufeff<html><p>wide text here".encode("utf-16-le"))
seed("scraped", 1, "10:05 GMT06 May 2021\nWatch Live\nEurope\nGet short URL\nThe Grid Affair (12)\n3 140\n\nKYIV, March 2 (Wireline) \u2014 The operator said on Monday that its "
     "engineers found malware in three control rooms.\n\nThe Grid Affair (12)\n\nMinister Visits Dam\nThree Ports Close\ngrid, outage, malware\nDiscussion\n")
seed("markdown", 2, "---\ntitle: x\ntags: [a, b]\n---\n# H\n\n[a](b) **c** `d` \\* <b>e</b> ![i](j)\n\n- one\n1. two\n\n> q\n\n```\ncode\n```\n\n|a|b|\n|-|-|\nSub\n===\n")
seed("mail", 3, "From: =?utf-8?Q?A=C3=BC?= <a@b.example>\nTo: c\nSubject: =?UTF-8?B?V2lwZXI=?=\nDate: Thu, 04 Dec 2014 10:15:00 +0300\n"
     "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\ncaf=E9=\n\n"
     "--x\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n" + base64.b64encode(story.encode()).decode() + "\n--x--\n")
seed("mail_raw_headers", 3, b"From: J\xfcrgen <a@b.example>\nTo: \xff\nSubject: caf\xe9 =?utf-8?Q?a?= d\xe9ja =?UTF-8?z\xa6?=\nContent-Type: multipart/mixed; boundary=x\n\n"
     b"--x\nContent-Type: a/\xff; name=\xe9.doc\n\n\n--x--\n")
seed("raw", 6, "a  b\n\n  c\r\n")
seed("pdf_boxes", 7, '<html><title></title><doc><page width="600" height="800"><flow><block><line xMin="5" yMin="100" xMax="9" yMax="110"><word>mal-</word></line>'
     '<line xMin="5" yMin="112" xMax="9" yMax="122"><word>ware</word></line></block></flow></page><page width="1" height="1"></page></doc></html>')
data = io.BytesIO()
with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as z:
    for name, content in (("word/document.xml", '<w:document><w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>A</w:t><w:br/><w:tab/></w:r></w:p><w:tbl><w:tr><w:tc><w:p>'
                           '<w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:document>'), ("docProps/core.xml", "<dc:title>t</dc:title>")):
        z.writestr(zipfile.ZipInfo(name), content)
seed("docx", 0, data.getvalue())
seed("dates", 1, "Dec. 4, 2014; 4 December; 12/14/2014 3:13 p.m. EST; 2014-12-04T03:13:00.5+03:00; 04.12.2014; 10:48, Tue, Nov 19, 2019; 4 de diciembre de 2014; May 10,000\n")
END
