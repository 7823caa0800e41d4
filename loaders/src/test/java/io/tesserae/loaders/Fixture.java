package io.tesserae.loaders;

import io.tesserae.families.Families;
import io.tesserae.family.Head;
import io.tesserae.family.Input;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.TokenBatch;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A small random checkpoint with the tensors that the reference made of it: see testdata/README.md. */
record Fixture(Path folder) {

    /** Another folder of checkpoints can be named: {@code mvn test -Dtesserae.fixtures=/some/folder}. */
    static final Path ROOT = Path.of(System.getProperty(
            "tesserae.fixtures", Path.of("..", "testdata", "fixtures").toString()));

    /** The fixtures of every family that takes this. */
    static List<Fixture> of(Input input) {
        try (Stream<Path> folders = Files.walk(ROOT, 2)) { // a family's fixtures may lie in one folder
            return folders.filter(f -> Packed.exists(f.resolve("expected.safetensors")))
                    .sorted()
                    .map(Fixture::new)
                    .filter(fixture -> Families.ALL.take(input, fixture.config().modelType()))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The head that the checkpoint says it has. */
    Head<?> head() {
        return Checkpoint.headOfArchitectures(Families.ALL, config()).orElseThrow();
    }

    PretrainedConfig config() {
        return PretrainedConfig.read(ModelFiles.directory(folder));
    }

    /** Its files, the weights unpacked where they lie there compressed. */
    ModelFiles files() {
        return ModelFiles.directory(Packed.checkpoint(folder));
    }

    SafetensorsFile expected() throws IOException {
        return SafetensorsFile.open(Packed.file(folder.resolve("expected.safetensors")));
    }

    /** All rows of a tensor, whatever dimensions they are counted by. */
    static int[][] rows(SafetensorsFile file, String name) {
        long[] shape = file.shape(name);
        int columns = (int) shape[shape.length - 1];
        int rows = (int) (file.entry(name).elementCount() / columns);
        int[][] values = new int[rows][columns];
        for (int row = 0; row < rows; row++) {
            file.readInts(name, (long) row * columns, values[row], 0, columns);
        }
        return values;
    }

    static TokenBatch batch(SafetensorsFile file) {
        int[][] ids = rows(file, "in.input_ids");
        int[][] types = file.names().contains("in.token_type_ids")
                ? rows(file, "in.token_type_ids")
                : new int[ids.length][ids[0].length];
        return file.names().contains("in.attention_mask")
                ? TokenBatch.masked(ids, types, rows(file, "in.attention_mask"))
                : TokenBatch.of(ids, types);
    }

    static Tensor tensor(SafetensorsFile file, String name) {
        long[] shape = file.shape(name);
        int[] dimensions = new int[shape.length];
        for (int i = 0; i < shape.length; i++) {
            dimensions[i] = (int) shape[i];
        }
        Tensor tensor = Tensor.zeros(dimensions);
        file.read(name, 0, tensor.data(), 0, tensor.size());
        return tensor;
    }

    @Override
    public String toString() {
        return ROOT.relativize(folder).toString().replace('\\', '/');
    }
}
