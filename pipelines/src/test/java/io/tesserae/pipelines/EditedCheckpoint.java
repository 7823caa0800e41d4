package io.tesserae.pipelines;

import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A copy of a checkpoint, to be damaged. */
public record EditedCheckpoint(Path folder) {

    /** Copies a checkpoint's files, all of them small, into a folder. */
    public static EditedCheckpoint copyOf(Path original, Path folder) throws IOException {
        try (Stream<Path> files = Files.list(original)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        return new EditedCheckpoint(folder);
    }

    /** Replaces a text in config.json that must be there. */
    public EditedCheckpoint config(String from, String to) throws IOException {
        Path file = folder.resolve("config.json");
        String text = Files.readString(file);
        if (!text.contains(from)) {
            throw new IllegalArgumentException(from + " is not in " + text);
        }
        Files.writeString(file, text.replace(from, to));
        return this;
    }

    /** Takes a tensor out that must be there. */
    public EditedCheckpoint without(String name) throws IOException {
        Map<String, Tensor> tensors = tensors();
        if (tensors.remove(name) == null) {
            throw new IllegalArgumentException(name + " is not among the tensors");
        }
        return write(tensors);
    }

    /** Puts a tensor of zeros in, or in another's place. */
    public EditedCheckpoint with(String name, int... shape) throws IOException {
        Map<String, Tensor> tensors = tensors();
        tensors.put(name, Tensor.zeros(shape));
        return write(tensors);
    }

    private Map<String, Tensor> tensors() throws IOException {
        Map<String, Tensor> tensors = new TreeMap<>();
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
            for (String name : file.names()) {
                long[] shape = file.shape(name);
                int[] dimensions = new int[shape.length];
                for (int i = 0; i < shape.length; i++) {
                    dimensions[i] = (int) shape[i];
                }
                Tensor tensor = Tensor.zeros(dimensions);
                file.read(name, 0, tensor.data(), 0, tensor.size());
                tensors.put(name, tensor);
            }
        }
        return tensors;
    }

    private EditedCheckpoint write(Map<String, Tensor> tensors) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        tensors.forEach(writer::add);
        writer.write(folder.resolve("model.safetensors"));
        return this;
    }
}
