"""python docbin.py to FILE.jsonl OUT.spacy    lines of `stancemark export --to spacy` become a DocBin
python docbin.py from IN.spacy FILE.jsonl   a DocBin becomes lines for `stancemark import --from spacy`"""
import json, sys
import spacy
from spacy.tokens import Doc, DocBin, Span

KEY = "stance"
way, source, out = sys.argv[1:]
nlp = spacy.blank("xx")
if way == "to":
    bin = DocBin(store_user_data=True)
    for line in open(source, encoding="utf-8"):
        row = json.loads(line)
        doc = Doc(nlp.vocab, words=row["words"], spaces=row["spaces"])
        assert doc.text == row["text"], row["id"]
        spans = []
        for span in row["spans"]:
            found = doc.char_span(span["start"], span["end"], label=span["label"], span_id=span["target"])
            assert found is not None, (row["id"], span)
            spans.append(found)
        doc.spans[KEY], doc.cats = spans, row["cats"]
        doc.user_data["stancemark"] = json.dumps({k: row[k] for k in ("id", "lang", "meta", "stancemark")})
        bin.add(doc)
    bin.to_disk(out)
else:
    with open(out, "w", encoding="utf-8") as file:
        for doc in DocBin().from_disk(source).get_docs(nlp.vocab):
            row = json.loads(doc.user_data.get("stancemark", "{}"))
            row["text"], row["cats"] = doc.text, doc.cats
            row["spans"] = [
                {"start": s.start_char, "end": s.end_char, "text": s.text, "label": s.label_, "target": s.id_}
                for s in doc.spans.get(KEY, [])
            ]
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
