"""Tesserae's transformers for PySpark: one file, no other dependencies.

    from tesserae_spark import TextClassifier

    classifier = TextClassifier(inputCol="text", outputCol="answer", modelPath="/models/sst2")
    classifier.transform(df).select("text", "answer.label", "answer.score").show()

The session needs Tesserae's jars: spark-submit --jars or --packages, or spark.jars.
"""

from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.util import JavaMLReadable, JavaMLReader, JavaMLWritable
from pyspark.ml.wrapper import JavaTransformer

_PACKAGE = "io.tesserae.spark."


class _Reader(JavaMLReader):
    """Finds the class in Tesserae's package, where PySpark would look in Spark's own."""

    @classmethod
    def _java_loader_class(cls, clazz):
        return _PACKAGE + clazz.__name__


class PipelineTransformer(JavaTransformer, JavaMLReadable, JavaMLWritable):
    """What all transformers have: io.tesserae.spark.PipelineTransformer says what each parameter means."""

    inputCol = Param(Params._dummy(), "inputCol", "the column that the pipeline reads", TypeConverters.toString)
    outputCol = Param(Params._dummy(), "outputCol", "the column of answers", TypeConverters.toString)
    modelPath = Param(
        Params._dummy(), "modelPath", "a folder, hub:NAME or sparkfiles:NAME", TypeConverters.toString
    )
    broadcastLimit = Param(
        Params._dummy(), "broadcastLimit", "a model of at most as many bytes is broadcast", TypeConverters.toInt
    )
    batchSize = Param(Params._dummy(), "batchSize", "inputs of a batch; 0: the pipeline's", TypeConverters.toInt)
    threads = Param(Params._dummy(), "threads", "threads of an executor; 0: its cores", TypeConverters.toInt)
    errorMode = Param(Params._dummy(), "errorMode", "fail or null", TypeConverters.toString)
    errorCol = Param(Params._dummy(), "errorCol", "the column of reasons", TypeConverters.toString)

    def __init__(self, **params):
        super().__init__()
        self._java_obj = self._new_java_obj(_PACKAGE + type(self).__name__, self.uid)
        self._setDefault(outputCol=self.uid + "__output", broadcastLimit=256 << 20, batchSize=0, threads=0,
                         errorMode="fail", **self._defaults())
        self.setParams(**params)

    def _defaults(self):
        return {}

    def setParams(self, **params):
        """Sets parameters by their names."""
        return self._set(**params)

    def metrics(self):
        """What was done so far: a dict of rows, failedRows, tokens, truncatedTokens and seconds."""
        found = self._java_obj.metrics()
        return {name: getattr(found, name)() for name in ("rows", "failedRows", "tokens", "truncatedTokens", "seconds")}

    @classmethod
    def read(cls):
        """A reader of what write() wrote."""
        return _Reader(cls)

    @classmethod
    def _from_java(cls, java_stage):
        """Makes the Python side of a stage of a pipeline that was loaded."""
        stage = _CLASSES[java_stage.getClass().getSimpleName()]()
        stage._java_obj = java_stage
        stage._resetUid(java_stage.uid())
        stage._transfer_params_from_java()
        return stage


class TextClassifier(PipelineTransformer):
    """Texts and their labels."""

    topK = Param(Params._dummy(), "topK", "how many labels to return", TypeConverters.toInt)
    truncation = Param(Params._dummy(), "truncation", "whether long texts are cut", TypeConverters.toBoolean)

    def _defaults(self):
        return {"topK": 1, "truncation": False}


class TokenClassifier(PipelineTransformer):
    """Texts and the names in them."""

    aggregation = Param(Params._dummy(), "aggregation", "how tokens are joined", TypeConverters.toString)
    stride = Param(Params._dummy(), "stride", "tokens that windows have in common", TypeConverters.toInt)

    def _defaults(self):
        return {"aggregation": "none"}


class SentenceEmbedder(PipelineTransformer):
    """Texts and their embeddings."""

    prompt = Param(Params._dummy(), "prompt", "a text before every text", TypeConverters.toString)
    promptName = Param(Params._dummy(), "promptName", "a prompt of the model's", TypeConverters.toString)
    dimensions = Param(Params._dummy(), "dimensions", "how many numbers to keep", TypeConverters.toInt)
    normalize = Param(Params._dummy(), "normalize", "whether to make the length 1", TypeConverters.toBoolean)

    def _defaults(self):
        return {"normalize": False}


class TextRanker(PipelineTransformer):
    """Texts by how well they fit a query."""

    textsCol = Param(Params._dummy(), "textsCol", "the column of texts", TypeConverters.toString)
    topK = Param(Params._dummy(), "topK", "how many texts to return", TypeConverters.toInt)

    def _defaults(self):
        return {"topK": 2**31 - 1}


class ZeroShotClassifier(PipelineTransformer):
    """Texts and which of any labels fits."""

    candidateLabels = Param(Params._dummy(), "candidateLabels", "the labels", TypeConverters.toListString)
    hypothesisTemplate = Param(Params._dummy(), "hypothesisTemplate", "a sentence with {}", TypeConverters.toString)
    multiLabel = Param(Params._dummy(), "multiLabel", "whether each label is by itself", TypeConverters.toBoolean)

    def _defaults(self):
        return {"hypothesisTemplate": "This example is {}.", "multiLabel": False}


class ImageClassifier(PipelineTransformer):
    """Pictures and their labels."""

    topK = Param(Params._dummy(), "topK", "how many labels to return", TypeConverters.toInt)

    def _defaults(self):
        return {"topK": 5}


_CLASSES = {
    kind.__name__: kind
    for kind in (TextClassifier, TokenClassifier, SentenceEmbedder, TextRanker, ZeroShotClassifier, ImageClassifier)
}


def register_functions(spark, classifier, embedder):
    """Registers tesserae_classify, tesserae_embed and their try_ variants in a session."""
    functions = spark._jvm.io.tesserae.spark.TesseraeFunctions
    functions.register(spark._jsparkSession, classifier, embedder)
