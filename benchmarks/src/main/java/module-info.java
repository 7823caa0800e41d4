/** JMH benchmarks, and the side-by-side runs against ONNX Runtime, PyTorch and DJL's tokenizer. Not part of the product. */
module io.tesserae.benchmarks {
    requires ai.djl.api;
    requires ai.djl.tokenizers;
    requires com.google.gson;
    requires com.microsoft.onnxruntime;
    requires io.tesserae.pipelines;
    requires jdk.incubator.vector;
    requires jmh.core;
}
