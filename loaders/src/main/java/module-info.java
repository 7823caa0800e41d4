/** From a checkpoint as it lies on the Hugging Face hub to a model and its tokenizer; and from a picture file to its pixels. */
@SuppressWarnings("module") // the module that json is exported to is built later
module io.tesserae.loaders {
    requires transitive io.tesserae.engine;
    requires transitive io.tesserae.tokenizer;
    // BufferedImage, and the JDK's JPEG decoder. Not static: on the module path JPEG would then be missing until an
    // application asks
    // for java.desktop itself. On the class path, where this file is not read, all but JPEG and WebP works without it.
    requires transitive java.desktop;
    requires com.google.gson;
    requires java.net.http;

    exports io.tesserae.loaders;
    exports io.tesserae.loaders.array;
    exports io.tesserae.loaders.chat;
    exports io.tesserae.loaders.episode;
    exports io.tesserae.loaders.files;
    exports io.tesserae.loaders.hub;
    exports io.tesserae.loaders.image;
    exports io.tesserae.loaders.label;
    exports io.tesserae.loaders.onnx;
    exports io.tesserae.loaders.processor;
    exports io.tesserae.loaders.prompt;
    exports io.tesserae.loaders.safetensors;
    exports io.tesserae.loaders.sentence;
    exports io.tesserae.loaders.stream;
    exports io.tesserae.loaders.torch;

    uses io.tesserae.loaders.ModelArtifact;

    // Not API: a training run reads its own files as strictly as a checkpoint's.
    exports io.tesserae.loaders.json to
            io.tesserae.training;
}
