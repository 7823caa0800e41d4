package io.tesserae.training.saving;

import com.google.gson.JsonElement;
import io.tesserae.loaders.CheckpointFiles;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.loaders.json.ModulesJson;
import io.tesserae.training.failure.TrainingException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What training does not change of a checkpoint, and a model needs: copied byte for byte. */
final class CopiedFiles {

    /** The tokenizer's, the processors', generation's, and those of sentence-transformers. */
    static final List<String> NAMES = List.of(
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.txt",
            "vocab.json",
            "merges.txt",
            "tokenizer.model",
            "spiece.model",
            "sentencepiece.bpe.model",
            "chat_template.jinja",
            "chat_template.json",
            "preprocessor_config.json",
            "processor_config.json",
            "generation_config.json",
            ModulesJson.FILE,
            "sentence_bert_config.json",
            "config_sentence_transformers.json");

    private static final int PIECE_BYTES = 1 << 20;

    private CopiedFiles() {}

    /** The names of those that a checkpoint has, files of a sentence encoder's further modules among them. */
    static Set<String> of(ModelFiles source) throws IOException {
        Set<String> names = new LinkedHashSet<>(NAMES);
        requireModelAtTop(source);
        names.addAll(CheckpointFiles.modules(source));
        names.removeIf(name -> !source.exists(name));
        return names;
    }

    static void copy(ModelFiles source, String name, OutputStream out) throws IOException {
        Optional<Path> path = source.path(name).filter(file -> file.getFileSystem() == FileSystems.getDefault());
        if (path.isPresent()) {
            // No channel: those end when the thread is interrupted.
            try (InputStream in = new FileInputStream(path.get().toFile())) {
                in.transferTo(out);
            }
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = source.map(name, arena);
            byte[] piece = new byte[(int) Math.min(PIECE_BYTES, bytes.byteSize())];
            for (long done = 0; done < bytes.byteSize(); done += piece.length) {
                int length = (int) Math.min(piece.length, bytes.byteSize() - done);
                MemorySegment.copy(bytes, done, MemorySegment.ofArray(piece), 0, length);
                out.write(piece, 0, length);
            }
        }
    }

    /** A model in a folder of its own would be copied as it was, and its trained weights be lost. */
    private static void requireModelAtTop(ModelFiles source) throws IOException {
        if (source.exists(ModulesJson.FILE)) {
            for (JsonObjectReader module : ModulesJson.read(source)) {
                String path = module.string("path").orElse("");
                JsonElement type = module.object().get("type");
                if (!path.isEmpty() && module.string("type").orElse("").endsWith(".Transformer")) {
                    throw new TrainingException(source.describe(ModulesJson.FILE) + ": expected the module " + type
                            + " at the top of the checkpoint (an empty path), found it in the folder " + path
                            + "; save it once with a newer sentence-transformers");
                }
            }
        }
    }
}
