"""Run by the trainer's interpreter: prints, for each row of a file, the text whose tokens the loss counts.

Arguments: the base's folder, the rows' file, and a chat template's file in place of the base's own.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from training_app.trainer.errors import TrainerError
from training_app.trainer.rows import read_rows
from training_app.trainer.tokens import IGNORED, encoder, load_tokenizer

tokenizer = load_tokenizer(Path(sys.argv[1]))
rows = read_rows(Path(sys.argv[2]), required=True)
if len(sys.argv) > 3:
    tokenizer.chat_template = Path(sys.argv[3]).read_text()
try:
    encode = encoder(tokenizer, "train.jsonl")
    trained = [[token for token in encode(row).labels if token != IGNORED] for row in rows]
    print(json.dumps([tokenizer.decode(tokens) for tokens in trained]))
except TrainerError as error:
    print(json.dumps(str(error)))
