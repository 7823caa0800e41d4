package io.tesserae.cli.hub;

import io.tesserae.loaders.hub.ModelId;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --revision} and {@code --offline}, the same wherever a command takes a model. */
public final class HubOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--revision",
            paramLabel = "REVISION",
            description = "The branch, tag or commit of a model on the hub: the same as NAME@REVISION.")
    private String revision;

    @Option(
            names = "--offline",
            description = "Download nothing and ask nobody: the cache must have the model, as with HF_HUB_OFFLINE=1.")
    private boolean offline;

    /**
     * The model that is meant, with what the options say of it.
     *
     * @param model null where none is named
     * @throws ParameterException if a revision is given to what has none, or two are given
     */
    public ModelName applyTo(ModelName model) {
        if (revision == null && !offline) {
            return model;
        }
        return switch (model) {
            case null -> {
                if (revision != null) {
                    throw usage("--revision is of a model that is named: give --model NAME, too");
                }
                yield null;
            }
            case ModelName.Folder folder -> {
                if (revision != null) {
                    throw usage("--revision is for models by their name on the hub; '" + folder.text()
                            + "' is a folder or a file");
                }
                yield folder;
            }
            case ModelName.Bundled bundled -> {
                if (revision != null) {
                    throw usage(
                            "--revision is for models by their name on the hub; '" + bundled.title() + "' comes along");
                }
                yield bundled;
            }
            case ModelName.OnHub name -> applyTo(name);
        };
    }

    public ModelName.OnHub applyTo(ModelName.OnHub name) {
        if (revision != null && name.hasRevision() && !revision.equals(name.id().revision())) {
            throw usage("'" + name.id().repository() + "@" + name.id().revision() + "' and --revision " + revision
                    + " are two revisions; give one");
        }
        try {
            ModelId id = revision == null ? name.id() : new ModelId(name.id().repository(), revision);
            return new ModelName.OnHub(id, name.hasRevision() || revision != null, offline);
        } catch (IllegalArgumentException e) {
            throw usage("--revision: " + e.getMessage());
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
