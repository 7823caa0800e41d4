/** JMH benchmarks, and the side-by-side runs against ONNX Runtime and PyTorch. Not part of the product. */
module io.tesserae.benchmarks {
    requires com.google.gson;
    requires com.microsoft.onnxruntime;
    requires io.tesserae.pipelines;
    requires jdk.incubator.vector;
    requires jmh.core;
}
