/** What `/admin/ui/host/1/ui.js` is built from: the elements, plus the stylesheet that is emitted beside them as `ui.css`. */
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/forms.css';
import './styles/parts.css';
import './styles/combobox.css';
import './styles/overlays.css';
import './styles/table.css';

export * from './index';
