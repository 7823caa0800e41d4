package io.tesserae.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The checkpoints with random weights that the suite runs; made where they are missing. */
enum Checkpoint {
    DISTILBERT("DistilBERT-base", "distilbert"),
    MINILM("MiniLM-L6", "minilm", "--hidden", "384", "--heads", "12", "--feed-forward", "1536", "--layers", "6"),
    VIT("ViT-B/16", "vit", "--family", "vit");

    private static final Path PEERS = Path.of("benchmarks", "peers");

    /** What tables call it. */
    final String title;

    private final String folder;
    private final List<String> shape;

    Checkpoint(String title, String folder, String... shape) {
        this.title = title;
        this.folder = folder;
        this.shape = List.of(shape);
    }

    Path in(Path work) {
        return work.resolve(folder);
    }

    /** Whether tokenizer files lie beside the weights: pictures need none, and no other section runs MiniLM on texts. */
    private boolean hasTokenizer() {
        return this == DISTILBERT;
    }

    /**
     * Makes what is missing: the weights, the graph for ONNX Runtime, and for DistilBERT the graph in int8.
     *
     * @param python of an environment with torch, transformers, onnx and onnxruntime
     * @param tokenizer the folder whose tokenizer DistilBERT gets
     */
    void prepare(Path work, Path python, Path tokenizer) {
        Path checkpoint = in(work);
        if (!Files.isRegularFile(checkpoint.resolve("model.safetensors"))) {
            List<String> arguments = new ArrayList<>(shape);
            if (hasTokenizer()) {
                arguments.addAll(List.of("--tokenizer", tokenizer.toString()));
            }
            run(python, "make_checkpoint.py", checkpoint, arguments);
        }
        if (!Files.isRegularFile(OnnxRuntimePeer.Precision.FLOAT32.graph(checkpoint))) {
            run(python, "export_onnx.py", checkpoint, List.of());
        }
        if (this == DISTILBERT && !Files.isRegularFile(OnnxRuntimePeer.Precision.INT8.graph(checkpoint))) {
            run(python, "quantize_onnx.py", checkpoint, List.of());
        }
    }

    private static void run(Path python, String script, Path checkpoint, List<String> arguments) {
        List<String> command =
                new ArrayList<>(List.of(python.toString(), PEERS.resolve(script).toString(), checkpoint.toString()));
        command.addAll(arguments);
        Child.run(command);
    }
}
