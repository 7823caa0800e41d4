package io.tesserae.loaders.weights;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.onnx.OnnxFile;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.torch.TorchFile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The formats of weights, in the order in which they are looked for. The first two are in the order of the reference. An ONNX file
 * comes last, because it is made from one of the others: its weights may be renamed, turned round, put together or quantized by an
 * exporter, where a state dict has them as they were trained.
 */
public enum WeightFormat {

    /** Safetensors. */
    SAFETENSORS(true, "model.safetensors") {
        @Override
        WeightFile open(ModelFiles model, String name) throws IOException {
            SafetensorsFile file = SafetensorsFile.open(model, name);
            return new WeightFile(file, file.entries());
        }
    },

    /** State dicts that {@code torch.save} wrote, read and not run. */
    TORCH(true, "pytorch_model.bin") {
        @Override
        WeightFile open(ModelFiles model, String name) throws IOException {
            TorchFile file = TorchFile.open(model, name);
            return new WeightFile(file, file.entries());
        }
    },

    /** The initializers of a graph. */
    ONNX(false, "model.onnx", "onnx/model.onnx") {
        @Override
        WeightFile open(ModelFiles model, String name) throws IOException {
            OnnxFile file = OnnxFile.open(model, name);
            return new WeightFile(file, file.entries());
        }
    };

    private final boolean inShards;
    private final List<String> files;

    WeightFormat(boolean inShards, String... files) {
        this.inShards = inShards;
        this.files = List.of(files);
    }

    /**
     * Where the weights are.
     *
     * @param format the format they are in
     * @param file all of them, or the index that names the files they are in
     * @param isIndex which of these it is
     */
    public record Place(WeightFormat format, String file, boolean isIndex) {

        /**
         * Opens one of the files.
         *
         * @throws io.tesserae.loaders.files.ModelLoadingException if it is not valid
         * @throws IOException if it cannot be read
         */
        public WeightFile open(ModelFiles model, String name) throws IOException {
            return format.open(model, name);
        }

        /** Where weights would be read if there were none here: in the first place of a later format. */
        public Optional<Place> next(ModelFiles model) {
            return places(model)
                    .filter(place -> place.format.compareTo(format) > 0)
                    .findFirst();
        }
    }

    /** What a file with all weights may be called, the preferred name first. */
    public List<String> files() {
        return files;
    }

    /** What tells in which file each tensor is, where they are in several; empty: this format has no such file. */
    public Optional<String> index() {
        return inShards ? Optional.of(files.getFirst() + ".index.json") : Optional.empty();
    }

    /** Opens one file. */
    abstract WeightFile open(ModelFiles model, String name) throws IOException;

    /** Where a checkpoint's weights are: in the first of all these files that there is. */
    public static Optional<Place> find(ModelFiles model) {
        return places(model).findFirst();
    }

    /** All places where a checkpoint has weights, in the order in which they are looked for; lazily. */
    private static Stream<Place> places(ModelFiles model) {
        return Stream.of(values()).flatMap(format -> format.place(model).stream());
    }

    private Optional<Place> place(ModelFiles model) {
        Stream<Place> whole = files.stream().map(file -> new Place(this, file, false));
        Stream<Place> shards = index().stream().map(file -> new Place(this, file, true));
        return Stream.concat(whole, shards)
                .filter(place -> model.exists(place.file))
                .findFirst();
    }
}
