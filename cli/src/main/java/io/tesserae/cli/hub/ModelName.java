package io.tesserae.cli.hub;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Console;
import io.tesserae.cli.option.Converters;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.hub.HubException;
import io.tesserae.loaders.hub.HubException.Reason;
import io.tesserae.loaders.hub.ModelId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;

/** How somebody names a model: by its folder, by its name on the hub, or as one that comes along. */
public sealed interface ModelName {

    /** The model's files, downloaded first where they have to be. */
    ModelFiles open(Console console) throws IOException;

    /** What to call it in a title. */
    String title();

    /**
     * Decides which of them is meant. No name on the hub has a colon. A folder that is there always wins, as it does in transformers; what is not there and
     * looks like a path is a folder all the same, so that a slip of the pen is not sent to the hub.
     *
     * @throws IllegalArgumentException if it is neither
     */
    static ModelName parse(String text) {
        if (text.startsWith(Bundled.PREFIX)) {
            return Bundled.parse(text);
        }
        Optional<Path> path = existing(text);
        if (path.isPresent()) {
            return new Folder(text, path);
        }
        return looksLikePath(text) ? new Folder(text, Optional.empty()) : OnHub.parse(text);
    }

    private static Optional<Path> existing(String text) {
        try {
            return text.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Path.of(text)).filter(Files::exists);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static boolean looksLikePath(String text) {
        String name = text.replaceFirst("@.*", ""); // a revision may have slashes of its own
        return name.startsWith(".")
                || name.startsWith("/")
                || name.startsWith("~")
                || name.endsWith("/")
                || name.endsWith(".safetensors")
                || name.endsWith(".bin")
                || name.indexOf('\\') >= 0
                || name.matches("[A-Za-z]:.*")
                || name.chars().filter(character -> character == '/').count() > 1;
    }

    /** From the command line. */
    final class Converter implements ITypeConverter<ModelName> {
        @Override
        public ModelName convert(String value) {
            return Converters.valid(() -> parse(value));
        }
    }

    /**
     * A model that comes along with the command line.
     *
     * @param name its name
     */
    record Bundled(String name) implements ModelName {

        private static final String PREFIX = "bundled:";

        /** @throws IllegalArgumentException if none of this name comes along */
        static Bundled parse(String text) {
            String name = text.substring(PREFIX.length());
            if (!BundledModels.NAMES.contains(name)) {
                throw new IllegalArgumentException("'" + text + "': no such model comes along; there are "
                        + BundledModels.NAMES.stream().map(PREFIX::concat).collect(Collectors.joining(", ")));
            }
            return new Bundled(name);
        }

        @Override
        public ModelFiles open(Console console) {
            console.detail("model: the bundled %s", name);
            return BundledModels.named(name);
        }

        @Override
        public String title() {
            return PREFIX + name;
        }
    }

    /**
     * A folder.
     *
     * @param text as it was given
     * @param path where it is; empty where it is not there
     */
    record Folder(String text, Optional<Path> path) implements ModelName {

        @Override
        public ModelFiles open(Console console) {
            console.detail("model: the folder %s", text);
            return ModelFiles.directory(path.orElseThrow(() -> new CommandException("no folder '" + text
                    + "'; a model is a folder with config.json, model.safetensors and the tokenizer's files, or a name on"
                    + " the hub, as distilbert/distilbert-base-uncased")));
        }

        @Override
        public String title() {
            return path.map(found -> found.toAbsolutePath().normalize().getFileName())
                    .map(Path::toString)
                    .orElse(text);
        }
    }

    /**
     * A name on the hub.
     *
     * @param hasRevision whether the revision was given, and not only is the usual one
     * @param offline whether only the cache may be looked at
     */
    record OnHub(ModelId id, boolean hasRevision, boolean offline) implements ModelName {

        /** From the command line. */
        static final class Converter implements ITypeConverter<OnHub> {
            @Override
            public OnHub convert(String value) {
                return Converters.valid(() -> parse(value));
            }
        }

        /** @throws IllegalArgumentException if the hub could have no such model or revision */
        static OnHub parse(String text) {
            return new OnHub(ModelId.parse(text), text.indexOf('@') >= 0, false);
        }

        @Override
        public ModelFiles open(Console console) throws IOException {
            try {
                ModelFiles files = HubAccess.download(id, offline, console);
                files.path("config.json")
                        .ifPresent(config -> console.detail("model: %s, in %s", id, config.getParent()));
                return files;
            } catch (HubException e) {
                throw new CommandException(e.getMessage() + advice(e.reason()), e);
            }
        }

        /** Perhaps a folder was meant, and is missing. */
        private String advice(Reason reason) {
            String noFolder = "; nor is there a folder '" + id.repository() + "' here";
            return switch (reason) {
                case MODEL_NOT_FOUND -> noFolder;
                case UNREACHABLE -> ". There is no folder '" + id.repository() + "' here either";
                case OFFLINE -> noFolder + ". 'tesserae download " + id + "' fetches it where connections are allowed";
                case REVISION_NOT_FOUND, FILE_NOT_FOUND, ACCESS_DENIED, INVALID_ANSWER -> "";
            };
        }

        @Override
        public String title() {
            return id.toString();
        }
    }
}
