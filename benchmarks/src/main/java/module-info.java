/** JMH benchmarks, and the side-by-side runs against ONNX Runtime, PyTorch and DJL's tokenizer. Not part of the product. */
module io.tesserae.benchmarks {
    requires ai.djl.api;
    requires ai.djl.tokenizers;
    requires com.google.gson;
    requires com.microsoft.onnxruntime;
    requires info.picocli;
    requires io.tesserae.pipelines;
    requires io.tesserae.training;
    requires java.net.http;
    requires jdk.httpserver;
    requires jdk.incubator.vector;
    requires jdk.jfr;
    requires jdk.management;
    requires jmh.core;

    opens io.tesserae.benchmarks to
            com.google.gson, // which writes measurements and reads them again
            info.picocli; // which finds options by their annotations, and sets them
    opens io.tesserae.benchmarks.acting to
            com.google.gson,
            info.picocli;
    opens io.tesserae.benchmarks.training to
            com.google.gson,
            info.picocli;
}
