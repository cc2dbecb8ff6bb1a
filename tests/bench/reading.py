"""What reading a message costs: `make bench ARGS=text`.  CPU of one core, look-ups included.

Beside it stands the library's own way: TF-IDF of scikit-learn with the same vocabulary and the same
coefficients, without lexicon, names or explanation.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from statistics import quantiles
from typing import Any

import numpy as np
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from analytics import triage
from analytics.triage import Gazetteer, Model
from analytics.triage.normalise import normalise
from analytics.triage.reading import CHAR_NGRAMS, WORD_NGRAMS, WORD_PATTERN
from analytics.triage.scoring import Weights
from feedback_service.registry import DATA, files
from feedback_service.triage import gazetteer_of
from tests.bench.processes import Bench

ROUNDS = 3
MEMORY = """
def megabytes():
    with open("/proc/self/statm") as numbers:
        return int(numbers.read().split()[1]) * 4 / 1024
import numpy
bare = megabytes()
from analytics import triage
model = triage.load(triage.TRAINED)
model.predict(["Maji haijafika wiki mbili sasa"])
print(bare, megabytes())
"""


def report(_: Bench) -> str:
    """Per text alone and in batches, against the library; memory of a process that reads."""
    texts = [row.text for row in triage.read_corpus() if row.judges]
    model, names = triage.load(triage.TRAINED), _names()
    with threadpool_limits(limits=1):
        ours = _rate(texts, lambda some: _read(model, names, some))
        library = _rate(texts, _library(model.weights))
        alone, theirs = _alone(model, names, texts), _each(texts[:500], _library(model.weights))
    bare, loaded = _memory()
    return "\n".join(
        (
            f"{len(texts)} messages of {np.mean([len(text) for text in texts]):.0f} letters",
            f"in batches   {ours:8,.0f} texts/s, the library {library:,.0f}: "
            f"{ours / library:.2f} times as many",
            f"one alone    {alone[0]:8.2f} ms, 99 % within {alone[1]:.2f} ms, the library "
            f"{theirs[0]:.2f} ms: {alone[0] / theirs[0]:.2f} of its time",
            f"memory       {loaded:8.0f} MB with the model, {bare:.0f} MB of it Python and numpy",
        )
    )


def _names() -> Gazetteer:
    read = files.read(DATA)
    return gazetteer_of(read.institutions, read.counties, read.services)


def _read(model: Model, names: Gazetteer, texts: Sequence[str]) -> None:
    for text, said in zip(texts, model.predict(texts, explain=len(texts) == 1), strict=True):
        names.find(text, said.sector)


def _rate(texts: Sequence[str], read: Callable[[Sequence[str]], Any]) -> float:
    """Texts a second of CPU, the best of some rounds after a first one that fills what is kept."""
    read(texts)
    return max(len(texts) / _cpu(read, texts) for _ in range(ROUNDS))


def _alone(model: Model, names: Gazetteer, texts: Sequence[str]) -> tuple[float, float]:
    return _each(texts, lambda some: _read(model, names, some))


def _each(texts: Sequence[str], read: Callable[[Sequence[str]], Any]) -> tuple[float, float]:
    """Milliseconds of CPU of a text alone: the middle one, and the slowest but one in a hundred."""
    cuts = quantiles([_cpu(read, [text]) * 1_000 for text in texts], n=100)
    return cuts[49], cuts[98]


def _cpu(read: Callable[[Sequence[str]], Any], texts: Sequence[str]) -> float:
    start = time.process_time()
    read(texts)
    return time.process_time() - start


def _library(weights: Weights) -> Callable[[Sequence[str]], Any]:
    shared = {"lowercase": False, "sublinear_tf": True}
    words = TfidfVectorizer(
        ngram_range=WORD_NGRAMS, token_pattern=WORD_PATTERN,
        vocabulary=weights.vocabulary.words, **shared,
    )  # fmt: skip
    chars = TfidfVectorizer(
        analyzer="char_wb", ngram_range=CHAR_NGRAMS, vocabulary=weights.vocabulary.chars, **shared
    )
    size = len(weights.vocabulary.words)
    words.idf_, chars.idf_ = weights.idf[:size], weights.idf[size:]

    def read(texts: Sequence[str]) -> Any:
        plain = [normalise(text) for text in texts]
        both = hstack([words.transform(plain), chars.transform(plain)]).tocsr()
        return both @ weights.coefficients + weights.intercepts

    return read


def _memory() -> tuple[float, float]:
    said = subprocess.run(
        [sys.executable, "-c", MEMORY], capture_output=True, text=True, check=True, timeout=60
    ).stdout.split()
    return float(said[0]), float(said[1])
